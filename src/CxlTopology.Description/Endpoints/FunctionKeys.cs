using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The keys of the further functions of an endpoint, and how they are read.</summary>
internal static class FunctionKeys
{
    private const int Most = Bdf.FunctionsMax - 1;
    private const ulong BarLeast = 4096;
    private const ulong BarMost = 8UL << 30;
    private static readonly ScalarKind<SimDuration> time = Kinds.Duration(SimDuration.FromMicroseconds(1), SimDuration.FromSeconds(1_000));
    private static readonly ScalarKind<ByteSize> barSize = Kinds.Size(0, BarMost);

    public static readonly Key Functions = new("functions", new NamedKind(new AnyOfKind(new SectionKind(() => Table!), null)),
        "Its PCI functions besides function 0, which is the CXL device: 1 to 7, by names of their own.");

    public static readonly ValueKey<int> Number =
        new("number", Kinds.Integer(1, Most), "Its number; the one after the function before it, from 1 on, unless stated.");
    public static readonly ValueKey<bool> Cxl = new("cxl", Kinds.Boolean,
        "It takes part in CXL.cache, and a CXL reset of the device resets it; else it is listed in the Non-CXL Function Map.", "false");
    public static readonly ValueKey<ByteSize> Bar0 = new("bar0", new ScalarKind<ByteSize>(text => ParseBar(text, mayBeNone: false), Kinds.SizeSchema),
        "Size of BAR 0, which starts with its registers: a power of two from 4KiB to 8GiB.", "4KiB");
    public static readonly ValueKey<ByteSize> Bar2 = new("bar2", new ScalarKind<ByteSize>(text => ParseBar(text, mayBeNone: true), Kinds.SizeSchema),
        "Size of BAR 2: 0B for none, else a power of two from 4KiB to 8GiB.", "0B");
    public static readonly ValueKey<SimDuration> ResetTime =
        new("reset-time", time, "How long a function-level reset of it takes; PCI Express allows 100ms.", "10ms");
    public static readonly ValueKey<HardwareDelay> Ready = new("ready", Kinds.Delay(SimDuration.FromSeconds(1_000)),
        "How much later than function 0 it can be reached after a CXL reset, or never; of functions that take part in it.", "0s");

    public static readonly KeyTable Table = new("function", "A further function of a device.",
        Number, Cxl, ConfigurationKeys.Identity, Bar0, Bar2, ConfigurationKeys.MsixVectors, ResetTime, Ready);

    /// <summary>Reads the functions of an endpoint, ascending by number.</summary>
    public static IReadOnlyList<FunctionModel> Read(SectionReader endpoint, DeviceType type, EndpointConfigSpaceOptions configuration)
    {
        if (!endpoint.Has(Functions))
            return [];
        var read = new SortedDictionary<int, FunctionModel>();
        int next = 1;
        foreach ((YamlScalar key, YamlNode value) in endpoint.Named(Functions, Most))
        {
            SectionReader section = value is YamlScalar { IsNull: true }
                ? SectionReader.Empty(Table, endpoint.Errors, key.Position)
                : SectionReader.Open(value, Table, endpoint.Errors);
            FunctionModel function = Read(section, key, type, configuration, next);
            if (function.Number > Most)
            {
                endpoint.Problem(DescriptionErrorCode.FunctionNumber, key.Position, $"no number is left for {PrintableText.Quote(key.Text)}",
                    $"Functions are 1 to {Most}: state a number that is free.");
                continue;
            }

            if (!read.TryAdd(function.Number, function))
            {
                endpoint.Problem(DescriptionErrorCode.FunctionNumber, section.Has(Number) ? section.PositionOf(Number) : key.Position,
                    $"function {function.Number} is {PrintableText.Quote(read[function.Number].Name)} already", "Each number is used once in a device.");
            }

            next = function.Number + 1;
        }

        return [.. read.Values];
    }

    private static FunctionModel Read(SectionReader section, YamlScalar key, DeviceType type, EndpointConfigSpaceOptions configuration, int next)
    {
        bool isCxl = section.Get(Cxl);
        if (isCxl && configuration.Device is not { CacheCapable: true })
        {
            section.Problem(DescriptionErrorCode.CapabilityNotForType, section.PositionOf(Cxl),
                $"a further function that takes part in CXL.cache, of a type-{(int)type} device", "A type-3 device has no CXL.cache: leave the key out, or make the device a type 2.");
            isCxl = false;
        }

        if (!isCxl && section.Has(Ready))
        {
            section.Problem(DescriptionErrorCode.KeyNotApplicable, section.KeyPositionOf(Ready), "\"ready\" of a function that CXL reset leaves alone",
                "Write \"cxl: true\" as well, or leave it out.");
        }

        return new FunctionModel
        {
            Name = key.Text,
            Number = section.Get(Number, next),
            Configuration = new FunctionConfigSpaceOptions
            {
                Identity = ConfigurationReader.ReadIdentity(section.Find(ConfigurationKeys.Identity), new IdentityText(), section.Errors).Over(FunctionConfigSpaceOptions.DefaultIdentity),
                Device = isCxl ? DeviceDvsecOptions.FurtherFunction(configuration.Device!) : null,
                FirstBar = section.Get(Bar0),
                SecondBar = section.Get(Bar2),
                MsixVectors = section.Get(ConfigurationKeys.MsixVectors),
            },
            ResetTime = section.Get(ResetTime),
            Ready = isCxl ? section.Get(Ready) : default,
            Position = key.Position,
        };
    }

    private static Parsed<ByteSize> ParseBar(string text, bool mayBeNone)
    {
        Parsed<ByteSize> size = barSize.Parse(text);
        return size.Problem is not null || mayBeNone && size.Value.Bytes == 0 || (size.Value.Bytes >= BarLeast && ulong.IsPow2(size.Value.Bytes)) ? size
            : new Problem(DescriptionErrorCode.BarSize, $"{size.Value} is not the size of a BAR",
                (mayBeNone ? "It is 0B for none, or a" : "It is a") + " power of two from 4KiB to 8GiB.");
    }
}
