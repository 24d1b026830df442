namespace CxlTopology.Specification;

/// <summary>What an error of CXL.cache or CXL.mem is reported as: AER internal errors.</summary>
public enum RasSignal
{
    /// <summary>Nothing: the error is masked.</summary>
    None,

    /// <summary>A corrected internal error.</summary>
    Correctable,

    /// <summary>An uncorrectable internal error that is not fatal.</summary>
    NonFatal,

    /// <summary>A fatal one.</summary>
    Fatal,
}
