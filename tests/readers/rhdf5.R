library(rhdf5)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "common.R"))
for (path in unique(jobs[[1]])) {
  all <- h5ls(path)
  groups <- paste0(ifelse(all$group == "/", "", all$group), "/", all$name)
  # It warns that it does not read references, which is what dimension scales are attached by.
  read_all(path, groups, function(name) suppressWarnings(h5read(path, name, bit64conversion = "double")))
  h5closeAll()
}
close(log)
