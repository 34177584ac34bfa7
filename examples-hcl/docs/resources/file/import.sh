# By the path of the file, whose content is in state from then on. `content_wo:out/sa.key` imports a file of which state
# is to hold nothing but the salted hash.
terraform import groundup_file.readme out/README
