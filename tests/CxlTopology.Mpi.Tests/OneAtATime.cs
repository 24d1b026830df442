// Test classes run one after another: each run takes all cores already.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
