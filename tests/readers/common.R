# What ncdf4.R and rhdf5.R share. Arguments: a file of jobs, and one for what goes wrong. A job is a line of results file,
# dataset, and the file that its values go to: numbers as float64, texts with a NUL behind each, in the order of the HDF5
# file. Without that last file it is a group, which has to be there. What goes wrong is a line of results file, name, words.
arguments <- commandArgs(trailingOnly = TRUE)
jobs <- read.delim(arguments[1], header = FALSE, quote = "", colClasses = "character")
log <- file(arguments[2], "w")

complain <- function(job, text) writeLines(paste(jobs[job, 1], jobs[job, 2], gsub("[\n\t]", " ", text), sep = "\t"), log)
keep <- function(values, to) {
  out <- file(to, "wb")
  if (is.character(values)) writeBin(enc2utf8(as.vector(values)), out) else writeBin(as.double(values), out)
  close(out)
}

# Every job of a file, with a function for the names of its groups and one for the values of a dataset.
read_all <- function(path, groups, values) {
  for (job in which(jobs[[1]] == path)) {
    if (jobs[job, 3] != "") {
      tryCatch(keep(values(jobs[job, 2]), jobs[job, 3]), error = function(e) complain(job, conditionMessage(e)))
    } else if (!jobs[job, 2] %in% c("/", groups)) {
      complain(job, "there is no such group")
    }
  }
}
