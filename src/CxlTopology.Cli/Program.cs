using CxlTopology.Cli;

return await CommandLine.RunAsync(args);
