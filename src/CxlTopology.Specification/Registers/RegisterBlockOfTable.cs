namespace CxlTopology.Specification;

/// <summary>A block with the table it was declared by.</summary>
/// <typeparam name="TTable">The table's type.</typeparam>
public sealed class RegisterBlock<TTable> : RegisterBlock
    where TTable : class, IRegisterTable
{
    internal RegisterBlock(TTable table, int offset, ResetClass resetClass, Field<bool>? lockField)
        : base(table.Map, offset, resetClass, lockField) => Table = table;

    /// <summary>The table: its members are the fields.</summary>
    public TTable Table { get; }
}
