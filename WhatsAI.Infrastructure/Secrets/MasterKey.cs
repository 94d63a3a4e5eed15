using System.Security.Cryptography;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Secrets;

/// <summary>
/// The one key everything secret in the database is encrypted under; it never lies in the database itself. From the environment,
/// else from a file beside the embedded data. With an external server and no variable there is none: the console runs, but what
/// is encrypted cannot be read.
/// </summary>
public sealed class MasterKey
{
    public const string Variable = "CONSOLE_MASTER_KEY";

    private const int Length = 32;

    private readonly byte[]? _key;

    private MasterKey(byte[]? key) => _key = key;

    public bool IsPresent => _key is not null;

    internal ReadOnlySpan<byte> Value => _key ?? throw new InvalidOperationException("There is no master key.");

    /// <param name="variable">32 bytes in base64; null or empty when not set.</param>
    /// <param name="keyFile">Made on first use; null with an external server.</param>
    /// <exception cref="DatabaseStartException">What was found is no key.</exception>
    public static MasterKey Load(string? variable, string? keyFile)
    {
        if (!string.IsNullOrWhiteSpace(variable))
        {
            return new MasterKey(Parse(variable, $"The variable {Variable}"));
        }

        if (keyFile is null)
        {
            return new MasterKey(null);
        }

        if (!File.Exists(keyFile))
        {
            Create(keyFile);
        }

        File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite); // a copy or a restore may have opened it
        return new MasterKey(Parse(File.ReadAllText(keyFile), keyFile));
    }

    private static void Create(string keyFile)
    {
        var unfinished = keyFile + ".new"; // renamed when on disk: half a key would lock everything out for ever
        File.Delete(unfinished);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length)) + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, keyFile);
    }

    private static byte[] Parse(string text, string where)
    {
        var key = new byte[Length];
        return Convert.TryFromBase64String(text.Trim(), key, out var count) && count == Length
            ? key
            : throw new DatabaseStartException($"{where} holds no master key: {Length} bytes in base64 (openssl rand -base64 {Length}).");
    }
}
