using System.Globalization;
using System.Text;

namespace CxlTopology.Description;

/// <summary>Gets the text of a file: bounded, UTF-8, without control characters.</summary>
internal static class SourceLoader
{
    /// <summary>Bytes a topology file may have.</summary>
    public const int FileBytesMax = 16 << 20;

    private static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file, or of standard input for <c>-</c>; null and an error if it cannot be had.</summary>
    public static string? Load(string path, string fileName, out DescriptionError? error)
    {
        try
        {
            using Stream stream = path == "-" ? Console.OpenStandardInput()
                : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.CanSeek && stream.Length > FileBytesMax)
            {
                error = TooLarge(fileName);
                return null;
            }

            return Decode(ReadBounded(stream), fileName, out error);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException
            or System.Security.SecurityException)
        {
            string reason = e switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                UnauthorizedAccessException when Directory.Exists(path) => "it is a directory",
                UnauthorizedAccessException => "it may not be read",
                _ => "the operating system says: " + PrintableText.Escape(e.Message),
            };
            error = new DescriptionError(DescriptionErrorCode.FileUnreadable, fileName, 0, 0, "cannot read the file: " + reason,
                "Check the path; \"-\" reads standard input.", "");
            return null;
        }
    }

    /// <summary>Decodes a file's bytes; null and an error if they are not text.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes, string fileName, out DescriptionError? error)
    {
        error = null;
        if (bytes.Length > FileBytesMax)
        {
            error = TooLarge(fileName);
            return null;
        }

        if (bytes.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        try
        {
            return strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            int good = Math.Clamp(e.Index, 0, bytes.Length);
            // The exception's index may point into the middle of a sequence; what precedes it decodes.
            string before = Encoding.UTF8.GetString(bytes[..good]);
            SourceText text = new(before);
            SourcePosition position = text.PositionOf(before.Length);
            string value = good < bytes.Length ? bytes[good].ToString("x2", CultureInfo.InvariantCulture) : "??";
            error = new DescriptionError(DescriptionErrorCode.NotUtf8, fileName, position.Line, position.Column,
                $"byte 0x{value} is not UTF-8", "Save the file as UTF-8.", text.Line(position.Line));
            return null;
        }
    }

    /// <summary>The error of a file, or a text, past the bound.</summary>
    public static DescriptionError TooLarge(string fileName) => new(
        DescriptionErrorCode.FileTooLarge, fileName, 0, 0, "the file is larger than 16 MiB",
        "Describe a regular topology with \"shape\".", "");

    private static byte[] ReadBounded(Stream stream)
    {
        using MemoryStream content = new();
        byte[] buffer = new byte[1 << 16];
        while (content.Length <= FileBytesMax)
        {
            int read = stream.Read(buffer);
            if (read == 0)
                break;
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}
