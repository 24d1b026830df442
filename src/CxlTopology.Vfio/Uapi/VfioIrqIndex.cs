namespace CxlTopology.Vfio;

/// <summary>The interrupt indices of a PCI device.</summary>
public static class VfioIrqIndex
{
    /// <summary>The interrupt pin.</summary>
    public const int Intx = 0;

    /// <summary>MSI.</summary>
    public const int Msi = 1;

    /// <summary>MSI-X.</summary>
    public const int Msix = 2;

    /// <summary>Errors that the device reported.</summary>
    public const int Error = 3;

    /// <summary>The host asks for the device back.</summary>
    public const int Request = 4;

    /// <summary>How many there are.</summary>
    public const int Count = 5;
}
