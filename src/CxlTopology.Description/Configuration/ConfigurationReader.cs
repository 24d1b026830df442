using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Reads what the configuration space of an endpoint says.</summary>
internal sealed class ConfigurationReader(ErrorSink errors)
{
    private const byte Timeout100Milliseconds = 1;
    private readonly Dictionary<EndpointConfigSpaceOptions, EndpointConfigSpaceOptions> known = []; // a million endpoints may say the same

    /// <summary>Reads the keys of an endpoint; type and memory are those it has already.</summary>
    public EndpointConfigSpaceOptions Read(SectionReader section, EndpointModel endpoint, EndpointDefaults defaults)
    {
        bool type3 = endpoint.Type == DeviceType.Type3;
        bool registers = section.Get(ConfigurationKeys.DeviceRegisters, type3);
        if (type3 && !registers)
        {
            section.Problem(DescriptionErrorCode.CapabilityNotForType, section.PositionOf(ConfigurationKeys.DeviceRegisters),
                "a type-3 device without device registers", "Its driver works through them: leave the key out.");
        }

        ByteSize? second = section.TryGet(ConfigurationKeys.Bar2, out ByteSize size) ? size : null;
        if (registers && second is { Bytes: 0 })
        {
            section.Problem(DescriptionErrorCode.KeysConflict, section.PositionOf(ConfigurationKeys.Bar2),
                "device registers, and no BAR 2 to put them in", "Leave bar2 out, or give it a size.");
            second = null;
        }

        var options = new EndpointConfigSpaceOptions
        {
            Role = type3 ? ComponentRole.Type3Endpoint : ComponentRole.Type2Endpoint,
            Identity = ReadIdentity(section.Find(ConfigurationKeys.Identity), defaults.Identity, errors)
                .Over(EndpointConfigSpaceOptions.IdentityOf(type3 ? ComponentRole.Type3Endpoint : ComponentRole.Type2Endpoint)),
            Device = ReadDevice(section.Find(ConfigurationKeys.Cxl), endpoint),
            DeviceRegisters = registers,
            SecondBar = second,
            MsixVectors = section.Get(ConfigurationKeys.MsixVectors, defaults.MsixVectors),
            AddressTranslation = ReadAddressTranslation(section, type3),
            LogicalDevices = ReadLogicalDevices(section, type3),
        };
        return known.TryGetValue(options, out EndpointConfigSpaceOptions? same) ? same : known[options] = options;
    }

    private static bool ReadAddressTranslation(SectionReader section, bool type3)
    {
        bool has = section.Get(ConfigurationKeys.AddressTranslation);
        if (!has || !type3)
            return has;
        section.Problem(DescriptionErrorCode.CapabilityNotForType, section.PositionOf(ConfigurationKeys.AddressTranslation),
            "address translation in a type-3 device", "It asks for no memory but its own: leave the key out.");
        return false;
    }

    /// <summary>How many logical devices the DVSEC of a multi-logical device lists; 0 if it is none.</summary>
    private static int ReadLogicalDevices(SectionReader section, bool type3)
    {
        int count = section.Get(ConfigurationKeys.LogicalDevices);
        if (count == 1)
            return 0;
        if (!type3)
        {
            section.Problem(DescriptionErrorCode.CapabilityNotForType, section.PositionOf(ConfigurationKeys.LogicalDevices),
                "a type-2 device of several logical devices", "Only the memory of a type 3 is shared out to several: leave the key out.");
        }

        return type3 ? count : 0;
    }

    /// <summary>Reads an identity; what it does not state is that of the profile.</summary>
    public static IdentityText ReadIdentity(YamlNode? node, IdentityText defaults, ErrorSink errors)
    {
        if (node is null)
            return defaults;
        SectionReader section = SectionReader.Open(node, ConfigurationKeys.IdentityTable, errors);
        int? Stated(ValueKey<int> key, int? otherwise) => section.TryGet(key, out int value) ? value : otherwise;
        return new IdentityText
        {
            Vendor = Stated(ConfigurationKeys.Vendor, defaults.Vendor),
            Device = Stated(ConfigurationKeys.Device, defaults.Device),
            Class = Stated(ConfigurationKeys.Class, defaults.Class),
            Revision = Stated(ConfigurationKeys.Revision, defaults.Revision),
            SubsystemVendor = Stated(ConfigurationKeys.SubsystemVendor, defaults.SubsystemVendor),
            Subsystem = Stated(ConfigurationKeys.Subsystem, defaults.Subsystem),
        };
    }

    private DeviceDvsecOptions ReadDevice(YamlNode? node, EndpointModel endpoint)
    {
        DeviceDvsecOptions usual = (endpoint.Type == DeviceType.Type3 ? DeviceDvsecOptions.Type3 : DeviceDvsecOptions.Type2) with { Range1Size = endpoint.Capacity };
        if (node is null)
            return usual;
        SectionReader section = SectionReader.Open(node, ConfigurationKeys.CxlTable, errors);
        DeviceDvsecOptions device = usual with
        {
            MemHwInit = section.Get(ConfigurationKeys.MemHwInit, usual.MemHwInit),
            MemoryActiveTimeout = section.Get(ConfigurationKeys.MemoryActiveTimeout),
            ViralCapable = section.Get(ConfigurationKeys.Viral),
        };
        return WithRanges(WithReset(WithCache(device, section), section), section, endpoint);
    }

    private static DeviceDvsecOptions WithCache(DeviceDvsecOptions device, SectionReader section)
    {
        if (!device.CacheCapable)
        {
            foreach (Key key in new Key[] { ConfigurationKeys.WriteBack, ConfigurationKeys.CacheSize })
            {
                if (section.Has(key))
                {
                    section.Problem(DescriptionErrorCode.CapabilityNotForType, section.KeyPositionOf(key),
                        $"{PrintableText.Quote(key.Name)} is about a cache, and a type-3 device has none", "Leave it out, or make the device a type 2.");
                }
            }

            return device;
        }

        byte unit = 0;
        byte count = 0;
        if (section.TryGet(ConfigurationKeys.CacheSize, out ByteSize size))
            CacheSizeEncoding.TryEncode(size, out unit, out count);
        return device with { WriteBackCapable = section.Get(ConfigurationKeys.WriteBack, true), CacheSizeUnit = unit, CacheSize = count };
    }

    private static DeviceDvsecOptions WithReset(DeviceDvsecOptions device, SectionReader section)
    {
        bool reset = section.Get(ConfigurationKeys.Reset, device.ResetCapable);
        bool clearStated = section.TryGet(ConfigurationKeys.MemoryClear, out bool clear);
        if (!reset)
        {
            foreach (Key key in new Key[] { ConfigurationKeys.ResetTimeout, ConfigurationKeys.MemoryClear })
            {
                if (section.Has(key) && (key != ConfigurationKeys.MemoryClear || clear))
                {
                    section.Problem(DescriptionErrorCode.CapabilityNeedsReset, section.KeyPositionOf(key),
                        $"{PrintableText.Quote(key.Name)} without CXL reset", "Write \"reset: true\", or leave it out.");
                }
            }

            return device with { ResetCapable = false, ResetTimeout = 0, MemoryClearCapable = false };
        }

        return device with
        {
            ResetCapable = true,
            ResetTimeout = section.Get(ConfigurationKeys.ResetTimeout, Timeout100Milliseconds),
            MemoryClearCapable = clearStated ? clear : device.MemoryClearCapable,
        };
    }

    private static DeviceDvsecOptions WithRanges(DeviceDvsecOptions device, SectionReader section, EndpointModel endpoint)
    {
        if (section.Get(ConfigurationKeys.HdmRanges) == 1)
            return device;
        if (endpoint.Volatile.Bytes == 0 || endpoint.Persistent.Bytes == 0)
        {
            section.Problem(DescriptionErrorCode.SecondRangeEmpty, section.PositionOf(ConfigurationKeys.HdmRanges),
                "two ranges, and memory of one kind", "The first is the volatile and the second the persistent part: give it both, or one range.");
            return device;
        }

        return device with { HdmCount = 2, Range1Size = endpoint.Volatile, Range2Size = endpoint.Persistent };
    }
}
