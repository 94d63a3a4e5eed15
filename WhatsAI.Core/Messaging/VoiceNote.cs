using WhatsAI.Core.Common;

namespace WhatsAI.Core.Messaging;

/// <summary>What the browser says of a voice message that was recorded in it.</summary>
public sealed record VoiceNote
{
    /// <summary>Seconds.</summary>
    public const int Longest = 300;

    /// <summary>Bytes: five minutes as browsers record speech are below three megabytes.</summary>
    public const long LargestFile = 8 * 1024 * 1024;

    /// <summary>Loudness values, as many as WhatsApp's own clients send.</summary>
    public const int Bars = 64;

    // A clock in a browser that was asleep for a moment.
    private const int Grace = 5;

    private VoiceNote(int seconds, byte[]? waveform) => (Seconds, Waveform) = (seconds, waveform);

    public int Seconds { get; }

    /// <summary>At most <see cref="Bars"/> values of 0 to 100; null: not measured.</summary>
    public byte[]? Waveform { get; }

    /// <exception cref="RuleException">It is longer than may be recorded.</exception>
    public static VoiceNote Of(int seconds, IReadOnlyList<byte>? loudness)
    {
        if (seconds > Longest + Grace)
        {
            throw new RuleException("voice.too-long", Longest / 60);
        }

        var bars = (loudness ?? []).Take(Bars).Select(b => Math.Min(b, (byte)100)).ToArray();
        return new VoiceNote(Math.Clamp(seconds, 1, Longest), bars.Length == 0 ? null : bars);
    }

    /// <summary>What browsers record: Evolution makes WhatsApp's own form of each.</summary>
    /// <exception cref="RuleException">It is something else.</exception>
    public static void Demand(MessageKind kind, string contentType)
    {
        if (kind != MessageKind.Audio || contentType is not ("audio/ogg" or "audio/webm" or "audio/mp4"))
        {
            throw new RuleException("voice.not-sound");
        }
    }
}
