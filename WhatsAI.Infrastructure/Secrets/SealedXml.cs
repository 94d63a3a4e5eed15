using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace WhatsAI.Infrastructure.Secrets;

/// <summary>A store of one's own switches Data Protection's encryption at rest off; this switches it on again, under the master key.</summary>
internal sealed class SealedXmlEncryptor(IServiceProvider services) : IXmlEncryptor
{
    public const string Purpose = "data-protection";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var box = services.GetRequiredService<SecretBox>();
        return box.IsOpen
            ? new EncryptedXmlInfo(
                new XElement("sealed", box.Protect(plaintextElement.ToString(SaveOptions.DisableFormatting), Purpose)),
                typeof(SealedXmlDecryptor)
            )
            : new EncryptedXmlInfo(plaintextElement, typeof(NullXmlDecryptor)); // such keys stay in memory (DataProtectionKeyStore)
    }
}

/// <summary>Made by Data Protection from the type name stored with the key, hence the public constructor with a provider.</summary>
public sealed class SealedXmlDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) =>
        services.GetRequiredService<SecretBox>().TryUnprotect(encryptedElement.Value, SealedXmlEncryptor.Purpose, out var xml)
            ? XElement.Parse(xml)
            : throw new CryptographicException("A Data Protection key was made under another master key; it is left unused.");
}
