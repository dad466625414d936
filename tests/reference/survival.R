# Reference values for output/statistics, from R's package survival and stats::glm.
# Rscript survival.R writes survival_patients.csv (made-up patients) and survival_results.csv (name, index, value).
# Made with R 4.2.2 and survival 3.5-3; other versions of `sample` would draw other patients.
suppressMessages(library(survival))
args <- commandArgs(trailingOnly = FALSE)
script <- sub("--file=", "", args[grep("--file=", args)])
setwd(dirname(script))

set.seed(20)
n <- 120
patients <- data.frame(
  arm = rep(0:2, length.out = n),
  stratum = rbinom(n, 1, 0.4),
  age = round(rnorm(n, 60, 11)),
  exposure = round(rlnorm(n, 7, 0.45)))
rate <- exp(-4.2 - 0.35 * patients$arm + 0.025 * (patients$age - 60) + 0.3 * patients$stratum)
first <- ceiling(rexp(n, rate)); second <- ceiling(rexp(n, 0.008)); out <- ceiling(runif(n, 20, 150))
patients$time <- pmin(first, second, out)
patients$cause <- ifelse(out < pmin(first, second), 0, ifelse(first <= second, 1, 2))
patients$responds <- rbinom(n, 1, plogis(-1 + 0.5 * patients$arm + 0.0006 * patients$exposure))
write.csv(patients, "survival_patients.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("survival_patients.csv")

rows <- character()
keep <- function(name, values)
  for (i in seq_along(values)) rows <<- c(rows, sprintf("%s,%d,%.16g", name, i - 1L, values[i]))

# Kaplan–Meier: any cause
km <- survfit(Surv(time, cause > 0) ~ 1, d, conf.type = "log-log")
keep("km.time", km$time); keep("km.survival", km$surv); keep("km.error", km$surv * km$std.err)
keep("km.low", km$lower); keep("km.high", km$upper)
q <- quantile(km, c(0.25, 0.5))
keep("km.quartile", c(q$quantile[1], q$lower[1], q$upper[1])); keep("km.median", c(q$quantile[2], q$lower[2], q$upper[2]))
for (tau in c(60, 100)) keep(paste0("rmst.", tau), summary(km, rmean = tau)$table[c("rmean", "se(rmean)")])

# Aalen–Johansen: the error is the infinitesimal jackknife
aj <- survfit(Surv(time, factor(cause, 0:2)) ~ 1, d)
keep("aj.time", aj$time)
for (k in 1:2) { keep(paste0("aj.value.", k), aj$pstate[, k + 1]); keep(paste0("aj.error.", k), aj$std.err[, k + 1]) }

# Log-rank
keep_test <- function(name, s) {
  table <- function(x) if (is.matrix(x)) rowSums(x) else x
  df <- length(s$n) - 1
  keep(paste0(name, ".observed"), table(s$obs)); keep(paste0(name, ".expected"), table(s$exp))
  keep(name, c(s$chisq, pchisq(s$chisq, df, lower.tail = FALSE)))
}
keep_test("logrank.three", survdiff(Surv(time, cause > 0) ~ arm, d))
keep_test("logrank.two", survdiff(Surv(time, cause == 1) ~ arm, d, subset = arm < 2))
keep_test("logrank.stratified", survdiff(Surv(time, cause > 0) ~ arm + strata(stratum), d))

# Cox
keep_cox <- function(name, formula, ties) {
  f <- coxph(formula, d, ties = ties, control = coxph.control(eps = 1e-15, iter.max = 50))
  keep(paste0(name, ".coefficient"), coef(f)); keep(paste0(name, ".error"), sqrt(diag(vcov(f))))
  keep(name, c(f$loglik, f$score, f$wald.test))
  keep(paste0(name, ".p"), summary(f)$coefficients[, "Pr(>|z|)"])
}
keep_cox("cox.efron", Surv(time, cause > 0) ~ arm + age + exposure, "efron")
keep_cox("cox.breslow", Surv(time, cause > 0) ~ arm + age + exposure, "breslow")
keep_cox("cox.stratified", Surv(time, cause == 1) ~ arm + age + strata(stratum), "efron")

# Logistic regression
g <- glm(responds ~ arm + age + exposure, binomial, d, control = glm.control(epsilon = 1e-15, maxit = 50))
keep("logistic.coefficient", coef(g)); keep("logistic.error", sqrt(diag(vcov(g))))
keep("logistic", c(as.numeric(logLik(g)), -g$null.deviance / 2))
keep("logistic.p", summary(g)$coefficients[, 4])

# One covariate with two levels: the odds ratio of the 2 × 2 table
h <- glm(responds ~ arm, binomial, d, subset = arm < 2, control = glm.control(epsilon = 1e-15, maxit = 50))
keep("odds", c(exp(coef(h)[2]), sqrt(vcov(h)[2, 2])))
# Newcombe's interval: stats::prop.test gives Wilson's for each group
wilson <- function(a) { t <- table(factor(d$responds[d$arm == a], 0:1)); prop.test(t["1"], sum(t), correct = FALSE) }
t <- wilson(1); c0 <- wilson(0); p <- t$estimate; q <- c0$estimate
keep("difference", c(p - q, p - q - sqrt((p - t$conf.int[1])^2 + (c0$conf.int[2] - q)^2),
                     p - q + sqrt((t$conf.int[2] - p)^2 + (q - c0$conf.int[1])^2)))

# Tails
grid <- expand.grid(x = c(0.01, 0.5, 1, 3.84, 10, 40, 200), df = c(1, 2, 3, 5, 10, 40))
keep("chi.x", grid$x); keep("chi.df", grid$df); keep("chi.above", pchisq(grid$x, grid$df, lower.tail = FALSE))
writeLines(c("name,index,value", rows), "survival_results.csv")
