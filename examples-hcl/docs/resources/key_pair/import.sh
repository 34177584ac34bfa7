# By the name of the key pair.
terraform import groundup_key_pair.cluster cluster
