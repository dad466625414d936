# A figure of a tally, where ggplot2 is installed.

autoplot.vt_tally <- function(object, ...) {
  about <- attr(object, "about")
  axes <- attr(object, "axes")
  if (is.null(about)) fail("this is no whole table of vt_tally()")
  unit <- if (about$units == "1") "" else paste0(" [", about$units, "]")
  curve <- "survival" %in% names(object)
  numbers <- intersect(c(paste0(axes, "_day"), paste0(axes, "_value")), names(object))  # days first
  across <- if (curve) "time" else c(numbers, axes, "all")[1]
  if (across == "all") object$all <- factor("all")
  over <- if (across %in% axes) across else sub("_(day|value)$", "", across)
  others <- setdiff(axes, over)
  if ("arm" %in% others) others <- c("arm", setdiff(others, "arm"))
  named <- function(name) ggplot2::sym(name)
  what <- switch(about$kind,
    proportion = list(y = "itt", low = "itt_low", high = "itt_high", label = "share of the randomised"),
    number = list(y = "q50", low = "q05", high = "q95", label = paste0(about$long_name, unit)),
    time_to_event = list(y = "survival", low = "survival_low", high = "survival_high", label = "share without any of the causes"),
    list(y = "difference", low = NULL, high = NULL, label = "difference of the shares"))
  if (!what$y %in% names(object)) fail(sprintf("this table has no column %s to draw", what$y))
  plot <- ggplot2::ggplot(object, ggplot2::aes(x = !!named(across), y = !!named(what$y))) +
    ggplot2::labs(x = label_of(object[[across]], if (curve) "time" else over), y = what$label, title = about$long_name)
  if (length(others) > 0)
    plot <- plot + ggplot2::aes(colour = !!named(others[1]), fill = !!named(others[1]), group = !!named(others[1]))
  if (length(others) > 1) plot <- plot + ggplot2::facet_wrap(others[-1], labeller = ggplot2::label_both)
  interval <- if (!is.null(what$low)) ggplot2::aes(ymin = !!named(what$low), ymax = !!named(what$high))
  if (curve) {
    plot + ggplot2::geom_step() +
      ggplot2::geom_step(ggplot2::aes(y = !!named(what$low)), linetype = "dotted", na.rm = TRUE) +
      ggplot2::geom_step(ggplot2::aes(y = !!named(what$high)), linetype = "dotted", na.rm = TRUE)
  } else if (is.null(what$low)) {
    plot + ggplot2::geom_point()
  } else if (about$kind == "number" && is.numeric(object[[across]])) {
    plot + ggplot2::geom_ribbon(interval, alpha = 0.2, colour = NA) +
      ggplot2::geom_ribbon(ggplot2::aes(ymin = !!named("q25"), ymax = !!named("q75")), alpha = 0.3, colour = NA) +
      ggplot2::geom_line() + ggplot2::geom_point()
  } else {
    places <- sort(unique(object[[across]]))
    width <- if (is.numeric(places) && length(places) > 1) min(diff(places)) / 2 else 0.4
    plot + ggplot2::geom_pointrange(interval, position = ggplot2::position_dodge(width), na.rm = TRUE)
  }
}

label_of <- function(values, name) {
  unit <- attr(values, "units")
  if (is.null(unit)) name else sprintf("%s [%s]", name, unit)
}
