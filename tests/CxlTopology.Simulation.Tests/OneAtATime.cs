// Test classes run one after another: the sweep starts up to four spinning workers, which would starve others, and allocation is counted
// by thread.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
