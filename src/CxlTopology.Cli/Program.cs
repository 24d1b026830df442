using CxlTopology.Cli;
using CxlTopology.Cli.Commands;

// mpirun gives its ranks a terminal of its own, and passes on what is written there. .NET would greet it with control characters.
if (MpiRun.Started is not null)
    Environment.SetEnvironmentVariable("TERM", "dumb");

return await CommandLine.RunAsync(args);
