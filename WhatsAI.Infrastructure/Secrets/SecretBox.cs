using System.Security.Cryptography;
using System.Text;
using WhatsAI.Core.Common;

namespace WhatsAI.Infrastructure.Secrets;

/// <summary>
/// Encrypts what the database may hold but not show: AES-256-GCM under the master key. The purpose is authenticated with the text,
/// so a value copied from one column to another does not open there.
/// </summary>
public sealed class SecretBox(MasterKey master)
{
    // version (1) | key id (4) | nonce (12) | tag (16) | ciphertext
    private const byte Version = 1;
    private const int KeyIdLength = 4;
    private const int NonceStart = 1 + KeyIdLength;
    private const int TagStart = NonceStart + 12;
    private const int TextStart = TagStart + 16;

    /// <summary>False: no master key, so nothing can be stored and nothing that was stored can be read.</summary>
    public bool IsOpen => master.IsPresent;

    /// <param name="secret">What to hide.</param>
    /// <param name="purpose">What it is for, such as "gateway-server"; the same word opens it again.</param>
    /// <exception cref="RuleException">secrets.no-key: there is no master key.</exception>
    public string Protect(string secret, string purpose)
    {
        if (!master.IsPresent)
        {
            throw new RuleException("secrets.no-key");
        }

        var text = Encoding.UTF8.GetBytes(secret);
        var sealedText = new byte[TextStart + text.Length];
        sealedText[0] = Version;
        KeyId().CopyTo(sealedText.AsSpan(1));
        RandomNumberGenerator.Fill(sealedText.AsSpan(NonceStart, TagStart - NonceStart));
        using var aes = new AesGcm(master.Value, TextStart - TagStart);
        aes.Encrypt(
            sealedText.AsSpan(NonceStart, TagStart - NonceStart),
            text,
            sealedText.AsSpan(TextStart),
            sealedText.AsSpan(TagStart, TextStart - TagStart),
            BoundTo(sealedText, purpose)
        );
        return Convert.ToBase64String(sealedText);
    }

    /// <summary>False when there is no key, it is another key, another purpose, or the text was changed: it must be typed again.</summary>
    public bool TryUnprotect(string? sealedText, string purpose, out string secret)
    {
        secret = "";
        var box = new byte[(sealedText?.Length ?? 0) * 3 / 4];
        if (!master.IsPresent || !Convert.TryFromBase64String(sealedText ?? "", box, out var length) || length < TextStart)
        {
            return false;
        }

        if (box[0] != Version || !box.AsSpan(1, KeyIdLength).SequenceEqual(KeyId()))
        {
            return false;
        }

        var text = new byte[length - TextStart];
        try
        {
            using var aes = new AesGcm(master.Value, TextStart - TagStart);
            aes.Decrypt(
                box.AsSpan(NonceStart, TagStart - NonceStart),
                box.AsSpan(TextStart, text.Length),
                box.AsSpan(TagStart, TextStart - TagStart),
                text,
                BoundTo(box, purpose)
            );
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        secret = Encoding.UTF8.GetString(text);
        return true;
    }

    private byte[] KeyId() => SHA256.HashData(master.Value)[..KeyIdLength];

    private static byte[] BoundTo(byte[] box, string purpose) => [.. box.AsSpan(0, NonceStart), .. Encoding.UTF8.GetBytes(purpose)];
}
