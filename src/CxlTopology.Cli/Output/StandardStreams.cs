using Microsoft.Win32.SafeHandles;

namespace CxlTopology.Cli.Output;

/// <summary>Standard output as bytes, for output without end.</summary>
internal static class StandardStreams
{
    /// <summary>Standard output whose writes fail when the reader of a pipe has gone: the console's own go on as if nothing had happened.</summary>
    public static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        var direct = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // In a regular file this stream would keep its own position, and whoever writes there next would write over us.
        if (!direct.CanSeek)
            return direct;
        direct.Dispose();
        return Console.OpenStandardOutput();
    }
}
