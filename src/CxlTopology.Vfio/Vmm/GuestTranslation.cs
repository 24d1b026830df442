namespace CxlTopology.Vfio;

/// <summary>What second-stage translation of an access comes to.</summary>
public enum GuestTranslation
{
    /// <summary>There is a host address.</summary>
    Mapped,

    /// <summary>Nothing is mapped there, or what is mapped cannot be reached: a load reads all ones, a store is lost.</summary>
    Missing,

    /// <summary>The page has to be prepared first (<see cref="SecondStage.Prepare"/>): what it holds from before is not the guest's to see.</summary>
    Unprepared,
}
