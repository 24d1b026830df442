namespace CxlTopology.Specification;

/// <summary>How far a <see cref="CdatDownload"/> is.</summary>
public enum CdatDownloadState
{
    /// <summary>There is a request to be made.</summary>
    Asking,

    /// <summary>The table is there.</summary>
    Done,

    /// <summary>A response was not what it must be; Linux gives up with EIO.</summary>
    Failed,
}
