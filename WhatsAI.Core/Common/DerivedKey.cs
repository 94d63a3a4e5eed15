using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WhatsAI.Core.Common;

/// <summary>Keys for the parts of what has one key: whoever makes them again from the same key gets the same ones, so that each part is done once.</summary>
public static class DerivedKey
{
    /// <param name="key">Of the whole; made with the click.</param>
    /// <param name="of">What the part belongs to, a conversation for example.</param>
    /// <param name="part">Its number there.</param>
    public static Guid Of(Guid key, Guid of, int part)
    {
        Span<byte> source = stackalloc byte[36];
        key.TryWriteBytes(source);
        of.TryWriteBytes(source[16..]);
        BinaryPrimitives.WriteInt32LittleEndian(source[32..], part);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(source, hash);
        return new Guid(hash[..16]);
    }
}
