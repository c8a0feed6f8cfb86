"""Multiplies the seed examples of a leaf into samples: a file names blocks and filters, this package runs them.

    definition = read_pipeline(resources / "pipelines" / "knowledge-completion.yaml")
    pipeline = Pipeline(definition, kit)                    # kit: runtime, phrase book, job seed, stop switch
    result = pipeline.run(material, done, on_sample)        # done: samples of an earlier, killed run

A block makes samples (blocks/, one per file), a filter accepts or discards them with a reason (filters/, one per file).
A new block or filter is one new file with one class; it is found by its `type`, and its `Options` are its settings.
Files in InstructLab's format work on tables: their blocks stand in tables/, and flow.py makes one block of their chain.
"""
