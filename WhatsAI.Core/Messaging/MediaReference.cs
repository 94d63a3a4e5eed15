namespace WhatsAI.Core.Messaging;

/// <summary>A file that belongs to a message, as the provider describes it. Nothing of it is proven before the bytes are here.</summary>
/// <param name="MimeType">As declared, lower case, without parameters; <c>application/octet-stream</c> when unknown.</param>
/// <param name="Size">Bytes, as declared.</param>
/// <param name="FileName">As declared; a name only, its path is cut off.</param>
/// <param name="Sha256">Of the plain bytes, 64 lower-case hex digits.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="ProviderKey">JSON the gateway's client needs to fetch the bytes; only that client reads it.</param>
public sealed record MediaReference(
    string MimeType,
    long? Size = null,
    string? FileName = null,
    string? Sha256 = null,
    int? Width = null,
    int? Height = null,
    string? ProviderKey = null
);
