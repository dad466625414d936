# What is in a results file as a whole.

vt_open <- function(path) {
  path <- one_file(path, "path")
  with_file(path, function(f) {
    root <- attributes_of(f, "")
    if (!identical(root$schema_name, "vtrial-result"))
      fail(sprintf("%s is no results file of vtrial (its attribute schema_name is not vtrial-result)", path))
    version <- as.integer(strsplit(root$schema_version, ".", fixed = TRUE)[[1]][1])
    if (version != 3)
      fail(sprintf("%s has version %s of the file's schema (this package reads 3); install the package of that program",
                   path, root$schema_version))
    structure(list(path = normalizePath(path), kind = root$kind, title = root$title, tallies = groups_in(f, "tallies"),
                   groups = setdiff(group_names(f), "")), class = "vt_results")
  })
}

print.vt_results <- function(x, ...) {
  cat(sprintf("%s\nvtrial %s: %s\n", x$title, x$kind, x$path))
  if (length(x$tallies) > 0) cat(strwrap(paste("tallies:", paste(x$tallies, collapse = ", ")), 100, exdent = 2), sep = "\n")
  invisible(x)
}

summary.vt_results <- function(object, ...) vt_tallies(object)

vt_tallies <- function(r) {
  with_file(r, function(f) {
    rows <- lapply(groups_in(f, "tallies"), function(name) {
      group <- paste0("tallies/", name)
      about <- attributes_of(f, group)
      axes <- dims_of(f, group, "randomised")
      data.frame(tally = about$name, kind = about$kind, title = about$long_name, score = about$score,
                 units = about$units, estimand = about$estimand, axes = paste(axes, collapse = " "),
                 cells = prod(vapply(axes, function(axis) size_of(f, group, axis), 1)), stringsAsFactors = FALSE)
    })
    if (length(rows) == 0)
      return(data.frame(tally = character(), kind = character(), title = character(), score = character(),
                        units = character(), estimand = character(), axes = character(), cells = numeric()))
    do.call(rbind, rows)
  })
}

vt_tests <- function(r) {
  with_file(r, function(f) {
    rows <- lapply(groups_in(f, "tests"), function(name) {
      group <- paste0("tests/", name)
      about <- attributes_of(f, group)
      table <- long_table(f, group, c("replicate", "term"), c("estimate", "standard_error", "p", "patients", "events"))
      table$term <- as.character(table$term)
      cbind(test = about$name, kind = about$kind, table, stringsAsFactors = FALSE)
    })
    if (length(rows) == 0)
      return(data.frame(test = character(), kind = character(), replicate = numeric(), term = character(),
                        estimate = numeric(), standard_error = numeric(), p = numeric(), patients = numeric(),
                        events = numeric()))
    do.call(rbind, rows)
  })
}

vt_failures <- function(r) {
  with_file(r, function(f) {
    if (!has_group(f, "failures") || length(datasets_in(f, "failures")) == 0)
      return(data.frame(reason = factor(), patients = numeric(), smallest_id = numeric(), replicate = numeric(),
                        patient = numeric(), example = character()))
    table_of(f, "failures")
  })
}

vt_provenance <- function(r) {
  with_file(r, function(f) {
    notes <- if ("note" %in% datasets_in(f, "provenance")) values_of(f, "provenance", "note") else character()
    root <- attributes_of(f, "")
    if (root$seed >= 2^53)
      warning("the seed is a whole number from 2^53, which is rounded in R; vtrial info tells it", call. = FALSE)
    structure(c(root, attributes_of(f, "provenance"),
                list(notes = notes, scenario = values_of(f, "provenance", "scenario"))), class = "vt_provenance")
  })
}

print.vt_provenance <- function(x, ...) {
  one_line <- setdiff(names(x), c("notes", "scenario"))
  cat(sprintf("%-18s %s\n", one_line, vapply(x[one_line], function(value) format(value, digits = 15), "")), sep = "")
  if (length(x$notes) > 0) cat(strwrap(paste("note:", x$notes), 100, exdent = 2), sep = "\n")
  invisible(x)
}
