namespace CxlTopology.Specification;

/// <summary>A declared table that depends on the component: its fields are members, its map what a layout places.</summary>
public interface IRegisterTable
{
    /// <summary>The map the table's fields are declared in.</summary>
    RegisterMap Map { get; }
}
