namespace CxlTopology.Specification;

/// <summary>Who may touch a page of HDM-D memory without asking.</summary>
public enum Bias : byte
{
    /// <summary>The host may hold lines of the page; the device asks first.</summary>
    Host = 0,

    /// <summary>The host holds nothing of the page; the device need not ask.</summary>
    Device = 1,
}
