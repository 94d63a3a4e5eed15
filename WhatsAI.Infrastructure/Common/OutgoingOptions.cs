using System.ComponentModel.DataAnnotations;
using System.Net;

namespace WhatsAI.Infrastructure.Common;

/// <summary>Where the console may connect to with addresses that people of a company type.</summary>
public sealed class OutgoingOptions : IValidatableObject
{
    public const string Section = "Outgoing";

    /// <summary>Host names, addresses and networks ("evolution", "10.1.2.3", "10.1.0.0/16") that may be called wherever they lead.</summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>
    /// Whether gateway servers may be on private addresses and on this machine. Every company's administrators could then make the console knock at them.
    /// Not set: only in Development.
    /// </summary>
    public bool? AllowPrivateGateways { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        AllowedHosts
            .Where(entry =>
                !IPNetwork.TryParse(entry, out _)
                && !IPAddress.TryParse(entry, out _)
                && Uri.CheckHostName(entry) == UriHostNameType.Unknown
            )
            .Select(entry => new ValidationResult(
                $"{Section}:{nameof(AllowedHosts)}: \"{entry}\" is no host name, address or network (10.1.0.0/16)."
            ));
}
