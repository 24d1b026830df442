using CxlTopology.Description;

namespace CxlTopology.Cli.Output;

/// <summary>Files that the user names.</summary>
internal static class UserFile
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="UserErrorException">It cannot be opened: <c>CXT0001</c>.</exception>
    public static Stream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string reason = error switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                _ when Directory.Exists(path) => "it is a directory",
                UnauthorizedAccessException => "it may not be read",
                _ => error.Message,
            };
            throw new UserErrorException(ExitCode.BadFile, new DescriptionError(
                DescriptionErrorCode.FileUnreadable, path, 0, 0, "cannot read the file: " + reason, "Check the path; \"-\" reads standard input.", "").Render());
        }
    }
}
