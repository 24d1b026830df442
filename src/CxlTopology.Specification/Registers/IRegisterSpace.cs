namespace CxlTopology.Specification;

/// <summary>Registers that software reads and writes, with what lies behind them.</summary>
public interface IRegisterSpace
{
    /// <summary>Whether they take an access of so many bytes at an offset.</summary>
    bool Accepts(long offset, int size);

    /// <summary>What software reads: 1, 2, 4 or 8 bytes.</summary>
    ulong Read(int offset, int size);

    /// <summary>A write by software: 1, 2, 4 or 8 bytes.</summary>
    /// <returns>Whether it asked for something that the owner has to do.</returns>
    bool Write(int offset, int size, ulong value);
}
