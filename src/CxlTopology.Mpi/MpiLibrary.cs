using System.Reflection;
using System.Runtime.InteropServices;

namespace CxlTopology.Mpi;

/// <summary>The functions of Open MPI's library that are used here, and the handles that it keeps as symbols.</summary>
/// <remarks>
/// Open MPI's binary interface alone: its handles are addresses of symbols such as <c>ompi_mpi_comm_world</c>, where other implementations
/// have integers.
/// </remarks>
internal sealed unsafe class MpiLibrary
{
    private const int Success = 0;
    private const int ErrorTextMax = 512;
    private readonly nint library;
    private readonly nint world;
    private readonly nint bytes;
    private readonly delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> isend;
    private readonly delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> irecv;
    private readonly delegate* unmanaged<int, nint*, int*, void*, int> testall;
    private readonly delegate* unmanaged<nint, int, int> abort;
    private readonly delegate* unmanaged<int, byte*, int*, int> errorString;

    private MpiLibrary(nint library)
    {
        this.library = library;
        world = Symbol("ompi_mpi_comm_world");
        bytes = Symbol("ompi_mpi_byte");
        isend = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)Symbol("MPI_Isend");
        irecv = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)Symbol("MPI_Irecv");
        testall = (delegate* unmanaged<int, nint*, int*, void*, int>)Symbol("MPI_Testall");
        abort = (delegate* unmanaged<nint, int, int>)Symbol("MPI_Abort");
        errorString = (delegate* unmanaged<int, byte*, int*, int>)Symbol("MPI_Error_string");
    }

    /// <summary>Loads the library.</summary>
    /// <exception cref="MpiException">It is not installed, or not Open MPI's.</exception>
    public static MpiLibrary Load()
    {
        // Version 40 is the binary interface of Open MPI 4 and 5.
        if (!NativeLibrary.TryLoad("libmpi.so.40", Assembly.GetExecutingAssembly(), null, out nint library))
        {
            throw new MpiException(
                "The MPI library libmpi.so.40 cannot be loaded. Install Open MPI: apt-get install openmpi-bin libopenmpi-dev (Debian, Ubuntu).");
        }

        return new MpiLibrary(library);
    }

    /// <summary>Joins the other ranks. Once a process.</summary>
    public void Initialize()
    {
        // Open MPI would take over the signals by which .NET notices null references: a null reference must stay an exception.
        SetVariable("OMPI_MCA_opal_signal", "");
        const int Funneled = 1; // the thread that initialises is the one that calls
        int provided;
        Check(((delegate* unmanaged<int*, byte***, int, int*, int>)Symbol("MPI_Init_thread"))(null, null, Funneled, &provided), "MPI_Init_thread");
        nint returnErrors = Symbol("ompi_mpi_errors_return");
        Check(((delegate* unmanaged<nint, nint, int>)Symbol("MPI_Comm_set_errhandler"))(world, returnErrors), "MPI_Comm_set_errhandler");
    }

    /// <summary>The number of this rank.</summary>
    public int Rank() => Number("MPI_Comm_rank");

    /// <summary>How many ranks there are.</summary>
    public int Size() => Number("MPI_Comm_size");

    /// <summary>Parts from the other ranks; waits for them.</summary>
    public void Finish() => Check(((delegate* unmanaged<int>)Symbol("MPI_Finalize"))(), "MPI_Finalize");

    /// <summary>Ends all ranks at once with an exit code.</summary>
    public void Abort(int code) => _ = abort(world, code);

    /// <summary>Starts to send; the bytes must stay where and what they are until the request is done.</summary>
    public nint Send(ReadOnlySpan<byte> pinned, int to, int tag)
    {
        nint request;
        fixed (byte* first = pinned)
            Check(isend(first, pinned.Length, bytes, to, tag, world, &request), "MPI_Isend");
        return request;
    }

    /// <summary>Starts to receive at most as many bytes as there is room for.</summary>
    public nint Receive(Span<byte> pinned, int from, int tag)
    {
        nint request;
        fixed (byte* first = pinned)
            Check(irecv(first, pinned.Length, bytes, from, tag, world, &request), "MPI_Irecv");
        return request;
    }

    /// <summary>Whether all requests are done; moves them on.</summary>
    public bool Done(Span<nint> requests)
    {
        int done;
        fixed (nint* first = requests)
            Check(testall(requests.Length, first, &done, null), "MPI_Testall");
        return done != 0;
    }

    private int Number(string function)
    {
        int number;
        Check(((delegate* unmanaged<nint, int*, int>)Symbol(function))(world, &number), function);
        return number;
    }

    private nint Symbol(string name) => NativeLibrary.TryGetExport(library, name, out nint address)
        ? address
        : throw new MpiException($"The MPI library has no symbol {name}: it is not Open MPI's. Install openmpi-bin and libopenmpi-dev.");

    private void Check(int code, string function)
    {
        if (code == Success)
            return;
        byte* text = stackalloc byte[ErrorTextMax];
        int length;
        string what = errorString(code, text, &length) == Success ? new string((sbyte*)text, 0, length) : "error " + code;
        throw new MpiException($"{function}: {what}");
    }

    // The process's own environment: what .NET keeps is a copy that native code does not see.
    private static void SetVariable(string name, string value)
    {
        nint libc = NativeLibrary.Load("libc.so.6");
        var set = (delegate* unmanaged<byte*, byte*, int, int>)NativeLibrary.GetExport(libc, "setenv");
        byte* key = (byte*)Marshal.StringToCoTaskMemUTF8(name);
        byte* text = (byte*)Marshal.StringToCoTaskMemUTF8(value);
        _ = set(key, text, 1);
        Marshal.FreeCoTaskMem((nint)key);
        Marshal.FreeCoTaskMem((nint)text);
    }
}
