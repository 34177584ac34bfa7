# By the path of the file.
terraform import groundup_file.readme out/README
