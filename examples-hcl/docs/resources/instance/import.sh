# By the id of the instance.
terraform import groundup_instance.worker i-0123456789abcdef0
