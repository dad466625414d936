library(ncdf4)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "common.R"))
for (path in unique(jobs[[1]])) {
  f <- nc_open(path, suppress_dimvals = TRUE)
  groups <- paste0("/", vapply(f$groups, function(group) group$fqgn, ""))
  read_all(path, groups, function(name) ncvar_get(f, substring(name, 2)))
  nc_close(f)
}
close(log)
