using System.Globalization;
using System.Text;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>The demo's files: real ones, small, made here, kept in the media store like any other.</summary>
internal sealed class DemoFiles(TenantId tenant, IMediaStore store, Random random, DateTimeOffset now)
{
    /// <summary>The rows of what was stored.</summary>
    public List<MediaFile> Rows { get; } = [];

    public async Task<(MediaId, MediaReference)> PictureAsync(CancellationToken ct) =>
        await KeepAsync(DemoPicture.Draw(random), "image/png", null, (DemoPicture.Width, DemoPicture.Height), ct);

    public async Task<(MediaId, MediaReference)> DocumentAsync(string name, CancellationToken ct) =>
        await KeepAsync(SandboxSamples.Document(Path.GetFileNameWithoutExtension(name), name, null), name, ct);

    public async Task<(MediaId, MediaReference)> ClipAsync(CancellationToken ct) => await KeepAsync(SandboxSamples.Clip(null), null, ct);

    public async Task<(MediaId, MediaReference)> StickerAsync(CancellationToken ct) => await KeepAsync(SandboxSamples.Sticker(), null, ct);

    public async Task<(MediaId, MediaReference)> VoiceAsync(int seconds, CancellationToken ct) =>
        await KeepAsync(Tone(seconds), "audio/wav", null, null, ct);

    private Task<(MediaId, MediaReference)> KeepAsync(SandboxMedia media, string? name, CancellationToken ct) =>
        KeepAsync(media.Bytes, media.MimeType.Split(';')[0], name, null, ct);

    private async Task<(MediaId, MediaReference)> KeepAsync(
        byte[] bytes,
        string type,
        string? name,
        (int Width, int Height)? pixels,
        CancellationToken ct
    )
    {
        await using var content = new MemoryStream(bytes);
        var stored = await store.SaveAsync(content, long.MaxValue, ct);
        var row = new MediaFile
        {
            Id = Id.New<MediaId>(now),
            TenantId = tenant,
            Hash = stored.Hash,
            Size = stored.Size,
            ContentType = type,
            FileName = name,
            StoredAt = now,
        };
        Rows.Add(row);
        return (row.Id, new MediaReference(type, stored.Size, name, stored.Hash, pixels?.Width, pixels?.Height));
    }

    /// <summary>A hum that swells and falls like speech, 8 kHz, 8 bits.</summary>
    private byte[] Tone(int seconds)
    {
        const int Rate = 8_000;
        var samples = seconds * Rate;
        var pitch = random.Next(140, 260);
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file, Encoding.ASCII);
        writer.Write("RIFF"u8);
        writer.Write(36 + samples);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(Rate);
        writer.Write(Rate);
        writer.Write((short)1);
        writer.Write((short)8);
        writer.Write("data"u8);
        writer.Write(samples);
        for (var i = 0; i < samples; i++)
        {
            var t = (double)i / Rate;
            var loudness = Math.Abs(Math.Sin(t * 5.1)) * Math.Abs(Math.Sin(t * 1.3));
            writer.Write((byte)(128 + (60 * loudness * Math.Sin(2 * Math.PI * pitch * t))));
        }

        writer.Flush();
        return file.ToArray();
    }

    public byte[] Waveform() =>
        [.. Enumerable.Range(0, 48).Select(i => (byte)Math.Clamp(Math.Abs(Math.Sin(i / 3.1) * 80) + random.Next(20), 4, 100))];

    public string OrderNumber() => random.Next(10_000, 99_999).ToString(CultureInfo.InvariantCulture);
}
