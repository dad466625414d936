# Reading with ncdf4. It shows dimensions in reversed order, but the values of a table come as they stand in the file:
# the file's last dimension varies fastest. All functions here name dimensions in the order of the file.

# Calls `use` with the open file.
with_file <- function(r, use) {
  path <- if (inherits(r, "vt_results")) r$path else one_file(r, "r")
  if (!file.exists(path) || dir.exists(path)) fail(sprintf("there is no file %s", path))
  f <- tryCatch(ncdf4::nc_open(path, suppress_dimvals = TRUE, readunlim = FALSE),
                error = function(e) fail(sprintf("%s cannot be read (%s)", path, trimws(conditionMessage(e)))))
  on.exit(ncdf4::nc_close(f))
  use(f)
}

group_names <- function(f) vapply(f$groups, function(group) group$fqgn, "")
has_group <- function(f, group) group %in% group_names(f)

# Names of the groups in a group, without its own.
groups_in <- function(f, group) {
  below <- group_names(f)[startsWith(group_names(f), paste0(group, "/"))]
  below <- substring(below, nchar(group) + 2)
  below[!grepl("/", below, fixed = TRUE)]
}

last_part <- function(names) sub("^.*/", "", names)

# Attributes of a group ("" is the root), or of a dataset if `name` is given, as a list. ncdf4 prints that whole numbers
# of 8 bytes may be rounded; only seeds can be so large, and vt_provenance() says so.
attributes_of <- function(f, group, name = NULL) {
  what <- if (!is.null(name)) paste0(group, "/", name) else if (group == "") 0 else group
  utils::capture.output(found <- ncdf4::ncatt_get(f, what))
  lapply(found, function(value) {
    if (is.character(value)) Encoding(value) <- "UTF-8"
    value
  })
}

# Names of the datasets of a group.
datasets_in <- function(f, group) {
  scales <- Filter(function(dim) !is.null(dim$dimvarid) && dim$dimvarid$id >= 0, f$dim)
  all <- c(names(scales), names(f$var))
  all <- substring(all[startsWith(all, paste0(group, "/"))], nchar(group) + 2)
  all[!grepl("/", all, fixed = TRUE)]
}

# Names of the dimensions of a dataset.
dims_of <- function(f, group, name) {
  path <- paste0(group, "/", name)
  if (is.null(f$var[[path]])) return(name)  # a scale
  last_part(rev(vapply(f$var[[path]]$dim, function(dim) dim$name, "")))
}

# The values of a dataset in the order of the file. Whole numbers that a double does not hold give a warning.
values_of <- function(f, group, name) {
  path <- paste0(group, "/", name)
  values <- as.vector(ncdf4::ncvar_get(f, path, collapse_degen = FALSE, raw_datavals = TRUE))
  if (is.character(values)) Encoding(values) <- "UTF-8"
  kind <- f$var[[path]]$prec
  if (!is.null(kind) && grepl("8 byte|int64", kind) && any(abs(values) >= 2^53, na.rm = TRUE))
    warning(sprintf("%s has whole numbers from 2^53, which are rounded in R", path), call. = FALSE)
  values
}

# A data frame with a row for each cell of the dimensions `along`, the last one fastest. Columns: the scales of these
# dimensions (texts as factors in the order of the file), then every dataset of `names` repeated along the dimensions
# that it lacks. Units are attributes of the columns.
long_table <- function(f, group, along, names) {
  sizes <- vapply(along, function(dim) size_of(f, group, dim), 1)
  rows <- prod(sizes)
  # Place of every row in a table with the dimensions `dims`, from 1.
  place <- function(dims) {
    at <- rep(0, rows)
    for (dim in dims) {
      later <- prod(sizes[seq_along(sizes) > match(dim, along)])
      at <- at * sizes[[match(dim, along)]] + (seq_len(rows) - 1) %/% later %% sizes[[match(dim, along)]]
    }
    at + 1
  }
  columns <- list()
  for (dim in along) {
    if (!dim %in% datasets_in(f, group)) next
    labels <- values_of(f, group, dim)
    if (is.character(labels)) labels <- factor(labels, levels = unique(labels))
    columns[[dim]] <- with_unit(labels[place(dim)], f, group, dim)
  }
  for (name in names)
    columns[[name]] <- with_unit(values_of(f, group, name)[place(dims_of(f, group, name))], f, group, name)
  structure(columns, class = "data.frame", row.names = seq_len(rows))
}

with_unit <- function(values, f, group, name) {
  unit <- attributes_of(f, group, name)$units
  if (!is.null(unit) && unit != "1") attr(values, "units") <- unit
  values
}

size_of <- function(f, group, dim) {
  found <- f$dim[[paste0(group, "/", dim)]]
  if (is.null(found)) stop("no dimension ", dim, " in ", group)
  found$len
}

# The datasets of a group that long_table(f, group, along) can show, and are no scales.
fitting <- function(f, group, along) {
  Filter(function(name) !name %in% along && all(dims_of(f, group, name) %in% along), datasets_in(f, group))
}

vt_table <- function(r, group, along = NULL) {
  group <- sub("^/", "", group)
  with_file(r, function(f) {
    if (!has_group(f, group)) fail(sprintf("%s has no group %s", f$filename, group))
    table_of(f, group, along)
  })
}

table_of <- function(f, group, along = NULL) {
  all <- datasets_in(f, group)
  if (length(all) == 0) return(data.frame())
  dims <- lapply(all, dims_of, f = f, group = group)
  if (is.null(along)) along <- dims[[which.max(lengths(dims))]]
  if (!all(along %in% unlist(dims)))
    fail(sprintf("%s has no dimension %s", group, paste(setdiff(along, unlist(dims)), collapse = ", ")))
  shown <- fitting(f, group, along)
  scales <- all[vapply(seq_along(all), function(i) identical(dims[[i]], all[i]), NA)]
  others <- setdiff(all, c(shown, along, scales))
  if (length(others) > 0)
    message(sprintf("%s also has %s, along other dimensions: vt_table(..., along = ...)", group, paste(others, collapse = ", ")))
  long_table(f, group, along, setdiff(shown, scales))
}
