# Times R limma on the matrix that tests/benchmarks/statistics.py wrote: raw doubles, row by row.
# Prints one line "task seconds rows" each: CPU seconds of the R process.
suppressMessages(library(limma))
args <- commandArgs(trailingOnly = TRUE)
rows <- as.integer(args[2])
samples <- as.integer(args[3])
block_rows <- as.integer(args[4])
y <- matrix(readBin(args[1], "double", rows * samples), nrow = rows, byrow = TRUE)
patient <- factor(rep(seq_len(samples / 2), each = 2))
treated <- rep(c(0, 1), samples / 2)
covariate <- rep(c(0, 0, 1, 1), length.out = samples)

cpu <- function(task, n, expression) {
  gc(FALSE)
  spent <- system.time(force(expression))
  cat(task, spent[["user.self"]] + spent[["sys.self"]], n, "\n")
}
plain <- model.matrix(~ covariate + treated)
paired <- model.matrix(~ patient + treated)
some <- y[seq_len(block_rows), ]
cpu("columns", rows, fit <- eBayes(lmFit(y, plain), trend = TRUE, robust = TRUE))
cpu("columns_plain", rows, eBayes(lmFit(y, plain)))
cpu("paired", block_rows, eBayes(lmFit(some, paired), trend = TRUE, robust = TRUE))
few <- y[seq_len(max(rows %/% 100, 20)), ]
cpu("correlation", nrow(few), duplicateCorrelation(few, model.matrix(~treated), block = patient))
