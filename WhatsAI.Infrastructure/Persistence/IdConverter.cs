using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using WhatsAI.Core.Common;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>Typed ids are uuid columns.</summary>
public sealed class IdConverter<T>() : ValueConverter<T, Guid>(id => id.Value, value => Make(value))
    where T : struct, IId<T>
{
    // An expression tree cannot call a static abstract member.
    private static T Make(Guid value) => T.From(value);
}
