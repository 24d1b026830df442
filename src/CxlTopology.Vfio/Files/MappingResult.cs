namespace CxlTopology.Vfio;

/// <summary>How a load or store through a mapping ended.</summary>
public enum MappingResult
{
    /// <summary>It was done.</summary>
    Ok,

    /// <summary>The process got SIGBUS: nothing is behind the address at the moment (memory decode off, device gone or in reset, past the end), or the memory answered with poison.</summary>
    Sigbus,

    /// <summary>The process got SIGSEGV: the mapping is gone, or does not allow it.</summary>
    Sigsegv,
}
