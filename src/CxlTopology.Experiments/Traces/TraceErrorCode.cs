namespace CxlTopology.Experiments;

/// <summary>What is wrong with a trace file. The value is the number of the error: 803 is printed as <c>CXT0803</c>.</summary>
public enum TraceErrorCode
{
    /// <summary>No error; never thrown.</summary>
    None = 0,

    /// <summary>CXT0801: the file cannot be opened or read: it is missing, a folder, or not ours to read.</summary>
    CannotOpen = 801,

    /// <summary>CXT0802: a line is not of the format the trace is read in.</summary>
    NotThisFormat = 802,

    /// <summary>CXT0803: the address is no hexadecimal number of at most 64 bits, or the access runs past the last address.</summary>
    BadAddress = 803,

    /// <summary>CXT0804: the size is no decimal number from 1 to 4,096.</summary>
    BadSize = 804,

    /// <summary>CXT0805: the type of the access is none the format has.</summary>
    BadType = 805,

    /// <summary>
    /// CXT0806: the time is no quantity, is finer than a femtosecond, lies past the end of simulated time, or goes backwards.
    /// </summary>
    BadTime = 806,

    /// <summary>CXT0807: a line is longer than 4,096 bytes.</summary>
    LineTooLong = 807,

    /// <summary>CXT0808: the file is compressed by gzip, and damaged or cut off.</summary>
    DamagedGzip = 808,

    /// <summary>CXT0809: there is not one data access in the file.</summary>
    Empty = 809,

    /// <summary>CXT0810: the trace touches more pages than the region has room for.</summary>
    TooManyPages = 810,

    /// <summary>CXT0811: the file is not text.</summary>
    NotText = 811,
}
