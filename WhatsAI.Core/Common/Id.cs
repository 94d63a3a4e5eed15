namespace WhatsAI.Core.Common;

/// <summary>A typed id over a version 7 GUID: sortable by the moment it was made, impossible to mix up with another entity's.</summary>
public interface IId<TSelf>
    where TSelf : struct, IId<TSelf>
{
    Guid Value { get; }

    static abstract TSelf From(Guid value);
}

public static class Id
{
    /// <summary>A new id whose leading bits are <paramref name="now"/> (milliseconds), so that indexes grow at one end.</summary>
    public static T New<T>(DateTimeOffset now)
        where T : struct, IId<T> => T.From(Guid.CreateVersion7(now));

    /// <summary>The same for one of many made at once: ids of one millisecond sort by their place, from 0 (RFC 9562, 6.2, method 1).</summary>
    public static T New<T>(DateTimeOffset now, int place)
        where T : struct, IId<T>
    {
        const int PlacesPerMillisecond = 4_096;
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now.AddMilliseconds(place / PlacesPerMillisecond)).TryWriteBytes(bytes, bigEndian: true, out _);
        var within = place % PlacesPerMillisecond;
        bytes[6] = (byte)(0x70 | (within >> 8));
        bytes[7] = (byte)within;
        return T.From(new Guid(bytes, bigEndian: true));
    }

    /// <summary>Reads an id from a URL or a form; false for anything that is not a GUID. What comes from outside is never trusted to exist.</summary>
    public static bool TryParse<T>(string? text, out T id)
        where T : struct, IId<T>
    {
        var parsed = Guid.TryParse(text, out var value);
        id = parsed ? T.From(value) : default;
        return parsed;
    }
}
