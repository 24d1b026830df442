namespace CxlTopology.Vfio;

/// <summary>A deliberate hole in the isolation of guests, by which tests show that they would see it. None in every other run.</summary>
internal enum VfioFault
{
    /// <summary>The layer as it is.</summary>
    None,

    /// <summary>What firmware and the host have programmed is not taken out of what the guest reads.</summary>
    BaseShown,

    /// <summary>What the last user left in the device's memory stays there.</summary>
    ScrubSkipped,

    /// <summary>A range that is unmapped for devices can be reached by them all the same.</summary>
    TranslationKept,

    /// <summary>A reset, and turning memory decode off, leave the pages of mappings in.</summary>
    MappingKept,

    /// <summary>An access goes to the memory of the neighbour of the device.</summary>
    WrongDevice,

    /// <summary>What the user could write in the device's registers stays there when it is closed.</summary>
    RegistersKept,

    /// <summary>Memory of a process is given to the next one as it is.</summary>
    MemoryKept,

    /// <summary>What the guest writes to its decoders reaches the device's.</summary>
    DecoderThrough,
}
