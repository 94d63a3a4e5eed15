namespace WhatsAI.Infrastructure.Messaging;

/// <summary>
/// Gateways write their keys into every event they post: the instance's token, in an error's event even the server's own key. Neither belongs in a database
/// dump, and nothing reads them here. They are found in the bytes, so that a body that is no JSON is blotted out as well and all others keep every byte
/// else.
/// </summary>
internal static class JournalSecrets
{
    private static readonly byte[][] _names =
    [
        [.. "\"apikey\""u8],
        [.. "\"api_key\""u8],
        [.. "\"token\""u8],
    ];

    public static void Blot(Span<byte> body)
    {
        foreach (var name in _names)
        {
            var rest = body;
            while (rest.IndexOf(name) is >= 0 and var at)
            {
                rest = rest[(at + name.Length)..];
                if (ValueOf(rest) is { Length: > 0 } value)
                {
                    value.Fill((byte)'*');
                }
            }
        }
    }

    /// <summary>The characters of the string that follows the colon; empty where something else does.</summary>
    private static Span<byte> ValueOf(Span<byte> rest)
    {
        var value = rest.TrimStart(" \t\r\n"u8);
        if (value.IsEmpty || value[0] != ':')
        {
            return [];
        }

        value = value[1..].TrimStart(" \t\r\n"u8);
        if (value.IsEmpty || value[0] != '"')
        {
            return [];
        }

        value = value[1..];
        for (var end = 0; end < value.Length; end++)
        {
            switch (value[end])
            {
                case (byte)'\\':
                    end++;
                    break;
                case (byte)'"':
                    return value[..end];
            }
        }

        // Cut short: what is there is part of it.
        return value;
    }
}
