namespace WhatsAI.Web.Inbox;

/// <summary>The bars of a voice message.</summary>
public static class Waveform
{
    public const int Bars = 40;

    /// <summary>Heights in pixels, 4 to 24. Without a waveform of the provider's they are made from the message's id: always the same for the same message.</summary>
    public static IReadOnlyList<int> Of(byte[]? loudness, Guid message)
    {
        var bars = new int[Bars];
        if (loudness is { Length: > 0 })
        {
            for (var i = 0; i < Bars; i++)
            {
                var value = Math.Min(loudness[i * loudness.Length / Bars], (byte)100);
                bars[i] = 4 + (value * 20 / 100);
            }

            return bars;
        }

        var seed = message.ToByteArray();
        for (var i = 0; i < Bars; i++)
        {
            var swell = Math.Abs(Math.Sin((i + 1) * (0.21 + (seed[15] / 1200d))));
            bars[i] = 4 + (int)(swell * 9) + (seed[(i * 7 + 3) % 16] * 11 / 255);
        }

        return bars;
    }
}
