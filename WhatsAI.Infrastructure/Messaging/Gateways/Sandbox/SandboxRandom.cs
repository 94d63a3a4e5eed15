namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>Ids and jitter; repeatable when seeded, safe on many threads.</summary>
internal sealed class SandboxRandom(int? seed)
{
    private readonly Random _random = seed is { } s ? new Random(s) : new Random();
    private readonly Lock _gate = new();

    public double NextDouble()
    {
        lock (_gate)
        {
            return _random.NextDouble();
        }
    }

    public int Next(int below)
    {
        lock (_gate)
        {
            return _random.Next(below);
        }
    }

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        lock (_gate)
        {
            _random.NextBytes(bytes);
        }

        return bytes;
    }

    public string Hex(int bytes) => Convert.ToHexString(Bytes(bytes));

    public string Pick(string alphabet, int length)
    {
        lock (_gate)
        {
            return string.Create(
                length,
                (_random, alphabet),
                static (text, s) =>
                {
                    for (var i = 0; i < text.Length; i++)
                    {
                        text[i] = s.alphabet[s._random.Next(s.alphabet.Length)];
                    }
                }
            );
        }
    }

    /// <summary>A database id as Prisma makes them.</summary>
    public string Cuid() => "cmw" + Pick("0123456789abcdefghijklmnopqrstuvwxyz", 22);

    public Guid Guid() => new(Bytes(16));

    /// <summary>The id of a message that Evolution itself sends (22 characters).</summary>
    public string SentId() => "3EB0" + Hex(9);

    /// <summary>The id of a message that a phone sends (20 characters).</summary>
    public string PhoneId() => "3A" + Hex(9);

    public string PairingCode() => Pick("ABCDEFGHJKLMNPQRSTVWXYZ123456789", 8);
}
