// MiniTransformer
