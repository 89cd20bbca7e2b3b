//! Checks operators between values.

use super::ast::{Kind, Node, Op};
use super::check::{Checker, Typed, a};
use super::error::ExprError;
use super::ir::{Arithmetic, Ir, Order};
use super::types::Ty;
use crate::rules::value::Value;

impl Checker<'_> {
    pub(super) fn negate(&mut self, inner: &Node) -> Typed {
        let part = self.check(inner);
        if !part.ty.meets(&Ty::Int) {
            let message = format!("`-` needs an int, and this is {}", a(&part.ty));
            return self.fail(ExprError::new(inner.span.clone(), message));
        }
        let zero = Box::new(Ir::Const(0_i64.into()));
        let ir = Ir::Arithmetic(Arithmetic::Subtract, zero, Box::new(part.ir));
        Typed::new(ir, Ty::Int).optional(part.optional)
    }

    pub(super) fn binary(&mut self, op: Op, left: &Node, right: &Node, node: &Node) -> Typed {
        if matches!(op, Op::Equal | Op::NotEqual) {
            return self.equal(op, left, right, node);
        }
        let (l, r) = (self.check(left), self.check(right));
        if op == Op::In {
            return self.contains(l, r, left, right);
        }
        let order = match op {
            Op::Less => Some(Order::Less),
            Op::LessOrEqual => Some(Order::LessOrEqual),
            Op::Greater => Some(Order::Greater),
            Op::GreaterOrEqual => Some(Order::GreaterOrEqual),
            _ => None,
        };
        if let Some(order) = order {
            return self.ordered(order, op, l, r, node);
        }
        self.arithmetic(op, l, r, node)
    }

    fn equal(&mut self, op: Op, left: &Node, right: &Node, node: &Node) -> Typed {
        let negate = op == Op::NotEqual;
        let (l, r) = match (&left.kind, &right.kind) {
            (Kind::Null, _) => (self.null(right), Typed::broken()),
            (_, Kind::Null) => (self.null(left), Typed::broken()),
            _ => (self.check(left), self.check(right)),
        };
        if !l.ty.meets(&r.ty) {
            return self.mismatch(op.sign(), &l.ty, &r.ty, left, right, node);
        }
        // Equal records were compared in all their fields.
        for record in [l.ty.record(), r.ty.record()].into_iter().flatten() {
            self.reads_all(record);
        }
        let order = if negate { Order::NotEqual } else { Order::Equal };
        if let Some(ir) = compare_size(order, &l.ir, &r.ir) {
            return Typed::new(ir, Ty::Bool);
        }
        let ir = Ir::Equal { left: Box::new(l.ir), right: Box::new(r.ir), negate };
        Typed::new(ir, Ty::Bool)
    }

    /// The other side of a comparison with `null`.
    fn null(&mut self, node: &Node) -> Typed {
        let part = self.check(node);
        if !part.optional && part.ty != Ty::Any {
            let error = ExprError::new(node.span.clone(), "this is never absent").help("only an optional fact can equal `null`");
            return self.fail(error);
        }
        Typed { ty: Ty::Any, ..part }
    }

    fn mismatch(&mut self, sign: &str, l: &Ty, r: &Ty, left: &Node, right: &Node, node: &Node) -> Typed {
        let message = format!("`{sign}` between {} and {}", a(l), a(r));
        let mut error = ExprError::new(node.span.clone(), message).label("can never be equal");
        if sign != "==" && sign != "!=" {
            error = error.label("cannot be compared");
        }
        let inside = match (l, r) {
            (Ty::List(item), other) if item.meets(other) => Some((left, right)),
            (other, Ty::List(item)) if item.meets(other) => Some((right, left)),
            _ => None,
        };
        if let (Some(_), "==") = (inside, sign) {
            error = error.help("to find a value in a list, write `value in list`");
        }
        self.fail(error)
    }

    fn contains(&mut self, l: Typed, r: Typed, left: &Node, right: &Node) -> Typed {
        let item = match &r.ty {
            Ty::Any => return Typed::new(Ir::In(Box::new(l.ir), Box::new(r.ir)), Ty::Bool),
            Ty::List(item) => (**item).clone(),
            Ty::Map(_) => Ty::Str,
            ty => {
                let message = format!("`in` needs a list or a map, and this is {}", a(ty));
                let mut error = ExprError::new(right.span.clone(), message);
                if *ty == Ty::Str {
                    error = error.help("to look for text inside text, write `text.contains(part)`");
                }
                return self.fail(error);
            }
        };
        if !item.meets(&l.ty) {
            let message = format!("{} holds no {}", a(&r.ty), l.ty);
            return self.fail(ExprError::new(left.span.clone(), message));
        }
        if let Some(record) = l.ty.record() {
            self.reads_all(record);
        }
        Typed::new(Ir::In(Box::new(l.ir), Box::new(r.ir)), Ty::Bool)
    }

    fn ordered(&mut self, order: Order, op: Op, l: Typed, r: Typed, node: &Node) -> Typed {
        let orderable = |ty: &Ty| matches!(ty, Ty::Int | Ty::Str | Ty::Any);
        if !l.ty.meets(&r.ty) || !orderable(&l.ty) || !orderable(&r.ty) {
            let message = format!("`{}` between {} and {}", op.sign(), a(&l.ty), a(&r.ty));
            let mut error = ExprError::new(node.span.clone(), message).label("only two ints or two strings have an order");
            if matches!((&l.ty, &r.ty), (Ty::List(_), Ty::Int)) {
                error = error.help("to count a list, write `size(list)`");
            }
            return self.fail(error);
        }
        if let Some(ir) = compare_size(order, &l.ir, &r.ir) {
            return Typed::new(ir, Ty::Bool);
        }
        let ir = Ir::Compare(order, Box::new(l.ir), Box::new(r.ir));
        Typed::new(ir, Ty::Bool)
    }

    fn arithmetic(&mut self, op: Op, l: Typed, r: Typed, node: &Node) -> Typed {
        let optional = l.optional || r.optional;
        let (left, right) = (Box::new(l.ir), Box::new(r.ir));
        let kind = match op {
            Op::Add => Arithmetic::Add,
            Op::Subtract => Arithmetic::Subtract,
            Op::Multiply => Arithmetic::Multiply,
            Op::Divide => Arithmetic::Divide,
            _ => Arithmetic::Remainder,
        };
        let zero = matches!(&*right, Ir::Const(Value::Int(0)));
        let divides = matches!(kind, Arithmetic::Divide | Arithmetic::Remainder);
        if zero && divides {
            return self.fail(ExprError::new(node.span.clone(), "this divides by zero"));
        }
        let meets = l.ty.meets(&r.ty);
        let ty = l.ty.clone().join(r.ty.clone());
        match (&ty, op) {
            (Ty::Any | Ty::Int, _) if meets => {
                // Only a literal divisor is known not to be zero.
                let may_fail = divides && !matches!(&*right, Ir::Const(_));
                let ir = Ir::Arithmetic(kind, left, right);
                Typed::new(ir, Ty::Int).optional(optional || may_fail)
            }
            (Ty::Str | Ty::List(_), Op::Add) if meets => Typed::new(Ir::Join(left, right), ty).optional(optional),
            _ => {
                let message = format!("`{}` between {} and {}", op.sign(), a(&l.ty), a(&r.ty));
                self.fail(ExprError::new(node.span.clone(), message))
            }
        }
    }
}

/// `size(x) > 3` and `3 < size(x)`, which a list known in part may decide.
fn compare_size(order: Order, left: &Ir, right: &Ir) -> Option<Ir> {
    match (left, right) {
        (Ir::Size(of), Ir::Const(Value::Int(n))) => Some(Ir::CompareSize(order, of.clone(), *n)),
        (Ir::Const(Value::Int(n)), Ir::Size(of)) => Some(Ir::CompareSize(order.flip(), of.clone(), *n)),
        _ => None,
    }
}
