namespace CxlTopology.Mpi;

/// <summary>MPI cannot be used here: the library is missing, or another one than Open MPI started the process, or a call failed.</summary>
public sealed class MpiException(string message) : Exception(message);
