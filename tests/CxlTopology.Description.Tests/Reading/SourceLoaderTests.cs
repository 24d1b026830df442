using System.Text;

namespace CxlTopology.Description.Tests.Reading;

public sealed class SourceLoaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cxltopology-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Load_NoSuchFile_IsAnError() =>
        Assert.Equal(DescriptionErrorCode.FileUnreadable, Only(Path.Combine(folder, "none.yaml")).Code);

    [Fact]
    public void Load_Folder_IsAnError() => Assert.Equal(DescriptionErrorCode.FileUnreadable, Only(folder).Code);

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void Load_ImpossiblePath_IsAnError(string path) => Assert.Equal(DescriptionErrorCode.FileUnreadable, Only(path).Code);

    [Fact]
    public void Load_HundredMegabytes_IsRefusedUnread()
    {
        string path = Path.Combine(folder, "large.yaml");
        using (FileStream stream = File.Create(path))
            stream.SetLength(100_000_000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        DescriptionError error = Only(path);

        Assert.Equal(DescriptionErrorCode.FileTooLarge, error.Code);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void Load_EndlessFile_IsRefused() => Assert.Equal(DescriptionErrorCode.FileTooLarge, Only("/dev/zero").Code);

    [Fact]
    public void Load_SevenMillionLines_EndsWithABound()
    {
        string path = Path.Combine(folder, "lines.yaml");
        byte[] lines = [.. Enumerable.Repeat("- \n"u8.ToArray(), 5_500_000).SelectMany(line => line)];
        File.WriteAllBytes(path, lines);

        Assert.Equal(DescriptionErrorCode.TooManyNodes, Only(path).Code);
    }

    [Fact]
    public void Load_ByteOrderMark_IsSkipped()
    {
        string path = Write([0xEF, 0xBB, 0xBF, .. "version: 2\n"u8]);

        DescriptionError error = Only(path);

        Assert.Equal((DescriptionErrorCode.VersionUnsupported, 1, 10), (error.Code, error.Line, error.Column));
    }

    [Fact]
    public void Load_InvalidUtf8_NamesTheByte()
    {
        DescriptionError error = Only(Write([.. "version: 1\nname: ä"u8, 0xE4, .. "b\n"u8]));

        Assert.Equal((DescriptionErrorCode.NotUtf8, 2, 8), (error.Code, error.Line, error.Column));
        Assert.Contains("0xe4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Utf16_IsRefused() =>
        Assert.Equal(DescriptionErrorCode.NotUtf8,
        Only(Write([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("version: 1\n")])).Code);

    [Fact]
    public void Load_Binary_IsRefusedAtItsFirstControlCharacter()
    {
        DescriptionError error = Only(Write([.. "version: 1\nname: a"u8, 0, 1, 2]));

        Assert.Equal((DescriptionErrorCode.ControlCharacter, 2, 8), (error.Code, error.Line, error.Column));
        Assert.DoesNotContain('\0', error.Render());
    }

    private string Write(byte[] bytes)
    {
        string path = Path.Combine(folder, "file.yaml");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static DescriptionError Only(string path) => Assert.Single(TopologyFile.Load(path).Errors);
}
