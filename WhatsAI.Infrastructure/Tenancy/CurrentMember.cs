using System.Collections.Frozen;
using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>What a member may do and see when he enters; compared with what he has now to know whether he may stay.</summary>
/// <param name="Numbers">Null: all of them, also those made later.</param>
public sealed record MemberAccess(Role Role, FrozenSet<InstanceId>? Numbers)
{
    public static MemberAccess Everything(Role role) => new(role, Numbers: null);

    public bool Equals(MemberAccess? other) =>
        other is not null
        && Role == other.Role
        && (Numbers is null ? other.Numbers is null : other.Numbers is not null && Numbers.SetEquals(other.Numbers));

    public override int GetHashCode() => HashCode.Combine(Role, Numbers?.Count);
}

/// <summary>
/// Who acts in this scope, what he may do and which numbers he sees, entered together with <see cref="CurrentTenant"/> at the circuit's and the HTTP
/// request's door. Actions that a person starts ask it, and so does every read of what belongs to a number; work that the program does by itself has no
/// member.
/// </summary>
public sealed class CurrentMember(CurrentTenant tenant)
{
    private (UserId User, MemberAccess Access, string Name)? _member;

    public bool IsSet => _member is not null;

    public TenantId TenantId => tenant.Id;

    /// <exception cref="InvalidOperationException">No member was entered in this scope.</exception>
    public UserId UserId => Now.User;

    public Role Role => Now.Access.Role;

    public MemberAccess Access => Now.Access;

    public string DisplayName => Now.Name;

    /// <summary>The numbers the member sees, and with them everything that belongs to one; null: all.</summary>
    public FrozenSet<InstanceId>? Numbers => Now.Access.Numbers;

    private (UserId User, MemberAccess Access, string Name) Now =>
        _member ?? throw new InvalidOperationException("No member was entered in this scope.");

    public bool Allows(Permission permission) => _member is { } member && member.Access.Role.Allows(permission);

    public bool Sees(InstanceId number) => Numbers is not { } seen || seen.Contains(number);

    /// <exception cref="RuleException">The member's role does not hold the permission, or nobody was entered.</exception>
    public void Demand(Permission permission)
    {
        if (!Allows(permission))
        {
            throw new RuleException("permission.missing");
        }
    }

    /// <exception cref="RuleException">The permission is missing, or the number is none that the member sees, which looks as if it were not there.</exception>
    public void Demand(Permission permission, InstanceId number)
    {
        Demand(permission);
        if (!Sees(number))
        {
            throw new RuleException("number.gone");
        }
    }

    /// <summary>For SQL: an array, or null where the member sees every number. Goes with <see cref="NumberSight.In"/>.</summary>
    internal NpgsqlParameter NumbersParameter() => NumberSight.Parameter(Numbers);

    /// <exception cref="InvalidOperationException">Another tenant was entered before in this scope.</exception>
    public void Enter(TenantId tenantId, UserId user, MemberAccess access, string displayName)
    {
        tenant.Enter(tenantId);
        _member = (user, access, displayName);
    }

    /// <summary>Enters with every number in sight.</summary>
    /// <inheritdoc cref="Enter(TenantId, UserId, MemberAccess, string)"/>
    public void Enter(TenantId tenantId, UserId user, Role role, string displayName) =>
        Enter(tenantId, user, MemberAccess.Everything(role), displayName);

    /// <summary>Who sees only some numbers sees the one he has just made.</summary>
    internal void Gain(InstanceId number)
    {
        if (Numbers is { } seen)
        {
            _member = Now with { Access = Now.Access with { Numbers = [.. seen, number] } };
        }
    }
}

/// <summary>What a member does not see, in hand-written SQL.</summary>
internal static class NumberSight
{
    /// <summary>A condition that holds for every row where the parameter is null, and else for those of the numbers in it.</summary>
    public static string In(string column, int parameter) => $"(${parameter}::uuid[] IS NULL OR {column} = ANY (${parameter}))";

    public static NpgsqlParameter Parameter(IReadOnlyCollection<InstanceId>? numbers) =>
        new()
        {
            Value = numbers is null ? DBNull.Value : numbers.Select(n => n.Value).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid,
        };
}
