"""The context of a dataset: the Markdown that says what the data means, and the generator that writes it.

It may import profiling and the language model, and everything above them. It never keeps anything: what
is yielded here is stored, published and shown by others.
"""
