"""What only training needs: examples from data sets, lines of boilerplate, extracts and their rewards as tensors."""
