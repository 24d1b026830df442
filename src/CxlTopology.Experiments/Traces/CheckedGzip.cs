using System.IO.Compression;

namespace CxlTopology.Experiments;

/// <summary>Unpacks gzip, one member or several, and tells a file that ends from one that was cut off.</summary>
/// <remarks>
/// The platform's stream takes the end of its input for the end of the data wherever it comes, unless a switch of the whole process says
/// otherwise. So a member of our own is put behind the file: only where the file's data are complete does the platform go on to it, and
/// what it unpacks to comes out; the end of the data is the end only after that. Anything behind the last member that is not gzip counts as
/// damage too.
/// </remarks>
internal sealed class CheckedGzip : IDisposable
{
    private static readonly byte[] seal = "end of trace"u8.ToArray();
    private static readonly byte[] sealedMember = Pack(seal);

    private readonly Input input;
    private readonly GZipStream gzip;
    private readonly byte[] behind = new byte[seal.Length + 1];

    /// <summary>Unpacks <paramref name="file"/>, and closes it when disposed.</summary>
    public CheckedGzip(Stream file)
    {
        input = new Input(file);
        gzip = new GZipStream(input, CompressionMode.Decompress);
    }

    /// <summary>Unpacks some bytes, 0 at the end; <see cref="InvalidDataException"/> if the data are damaged or cut off.</summary>
    public int Read(Span<byte> buffer)
    {
        // The platform asks for input only when everything before has come out: what comes after the file's end is the seal or nothing.
        int count = gzip.Read(buffer);
        if (!input.FileEnded)
            return count > 0 ? count : throw new InvalidDataException("There are other data behind the last gzip member.");

        int total = Math.Min(count, behind.Length);
        buffer[..total].CopyTo(behind);
        while (count > 0 && total < behind.Length)
        {
            count = gzip.Read(behind.AsSpan(total));
            total += count;
        }

        if (!behind.AsSpan(0, total).SequenceEqual(seal))
            throw new InvalidDataException("The data end before the gzip member does.");
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose() => gzip.Dispose();

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(content);
        return packed.ToArray();
    }

    /// <summary>The file and then the seal, never both in one read.</summary>
    private sealed class Input(Stream file) : Stream
    {
        private int sealedBytes;

        /// <summary>Everything in the file has been read.</summary>
        public bool FileEnded { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int count = FileEnded ? 0 : file.Read(buffer);
            if (count > 0 || buffer.IsEmpty)
                return count;
            FileEnded = true;
            count = Math.Min(buffer.Length, sealedMember.Length - sealedBytes);
            sealedMember.AsSpan(sealedBytes, count).CopyTo(buffer);
            sealedBytes += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                file.Dispose();
            base.Dispose(disposing);
        }
    }
}
