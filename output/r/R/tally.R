# One tally as a data frame.

vt_tally <- function(r, name, curve = TRUE) {
  with_file(r, function(f) {
    all <- groups_in(f, "tallies")
    titles <- vapply(all, function(one) attributes_of(f, paste0("tallies/", one))$name, "")
    if (!name %in% titles)
      fail(sprintf("there is no tally '%s' (there are: %s)", name, paste(titles, collapse = ", ")))
    group <- paste0("tallies/", all[match(name, titles)])
    about <- attributes_of(f, group)
    withheld <- attributes_of(f, "tallies")$withheld
    if (!is.null(withheld)) warning(withheld, call. = FALSE)
    axes <- dims_of(f, group, "randomised")
    is_curve <- about$kind == "time_to_event" && curve && "time" %in% datasets_in(f, group)
    along <- if (is_curve) c(axes, "time") else axes
    table <- long_table(f, group, along, fitting(f, group, along))
    for (spread in spreads_of(about$kind, f, group, along)) table[spread$columns] <- spread$values
    if (is_curve) table <- table[setdiff(names(table), c("rmst", "rmst_standard_error", "median"))]
    if (is_curve) attr(table$time, "units") <- "day"
    structure(table, class = c("vt_tally", "data.frame"), axes = axes, about = about)
  })
}

# "above_70.5", whatever options say of printing.
cell_name <- function(name, cell) paste0(name, "_", if (is.numeric(cell)) sprintf("%.15g", cell) else cell)

# Tables that have one dimension more than the rows: every cell of it becomes a column of its own. Each is
# list(columns, values).
spreads_of <- function(kind, f, group, along) {
  has <- function(name) name %in% datasets_in(f, group)
  spread <- function(name, by, column) {
    if (!has(name)) return(NULL)
    cells <- values_of(f, group, by)
    dims <- dims_of(f, group, name)
    sizes <- vapply(dims, function(dim) size_of(f, group, dim), 1)
    # R keeps the last dimension of the file first; rows are `along`, columns the other dimension.
    table <- aperm(array(values_of(f, group, name), rev(sizes)), match(c(rev(along), by), rev(dims)))
    table <- matrix(table, ncol = length(cells))
    list(columns = vapply(cells, column, ""),
         values = lapply(seq_along(cells), function(i) with_unit(table[, i], f, group, name)))
  }
  after <- function(name, suffix = "") function(cell) paste0(cell_name(name, cell), suffix)
  estimates <- function(name, by, suffixes) {
    lapply(c("", suffixes), function(suffix) spread(paste0(name, suffix), by, after(name, suffix)))
  }
  tables <- switch(kind,
    number = c(list(spread("quantiles", "quantile", function(cell) sprintf("q%02.0f", 100 * cell))),
               list(spread("above", "threshold", after("above"))),
               estimates("attainment", "threshold", c("_low", "_high"))),
    time_to_event = if ("time" %in% along)
      c(list(spread("counts", "outcome", after("count"))),
        estimates("incidence", "cause", c("_standard_error", "_low", "_high"))),
    paired = list(spread("counts", "outcome", after("count"))))
  Filter(Negate(is.null), tables)
}

"[.vt_tally" <- function(x, ...) {
  part <- NextMethod()
  if (is.data.frame(part)) structure(part, axes = attr(x, "axes"), about = attr(x, "about")) else part
}

print.vt_tally <- function(x, ...) {
  about <- attr(x, "about")
  cat(sprintf("%s (%s, %s)%s\n", about$long_name, about$name, about$kind,
              if (about$units == "1") "" else paste(",", about$units)))
  print(structure(x, class = "data.frame"), ...)
  invisible(x)
}
